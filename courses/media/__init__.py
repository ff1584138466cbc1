"""Pictures, videos and captions: read within bounds, kept on disk under their digests, served."""

from courses.media.keeping import keep_media, stored_path
from courses.media.reading import ENDINGS, Kind, MediaFacts, MediaProblem, read_media

__all__ = [
    "ENDINGS",
    "Kind",
    "MediaFacts",
    "MediaProblem",
    "keep_media",
    "read_media",
    "stored_path",
]
