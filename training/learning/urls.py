"""The learner's desk. What changes something ends in a verb and takes POST only; opened by hand,
such an address leads to the page it belongs to."""

from django.urls import path

from training.learning.views import (
    certificates,
    courses,
    lessons,
    look_up,
    media,
    open_reading,
    previews,
    quizzes,
    reviews,
    saying,
    taken,
    tallies,
)

app_name = "learning"

LESSON = "courses/<slug:course>/lessons/<slug:step>/"
TAKEN = "courses/<slug:course>/releases/<int:number>/"
QUIZ = "courses/<slug:course>/quizzes/<slug:step>/"
READ = "read/<slug:course>/"
REVIEW = "review/<slug:token>/"
SAY = "courses/<slug:course>/<slug:step>/<slug:block>/say/"

urlpatterns = [
    path("my-learning/", courses.my_learning, name="my-learning"),
    # Looking things up
    path("courses/", look_up.catalogue, name="catalogue"),
    path("courses/<slug:course>/look-up/<slug:step>/", look_up.lesson, name="look-up"),
    path("search/", look_up.search, name="search"),
    # Courses
    path("courses/<slug:course>/", courses.course, name="course"),
    path("courses/<slug:course>/start/", courses.start, name="course-start"),
    path("courses/<slug:course>/before/", tallies.before, name="before"),
    path("courses/<slug:course>/after/", tallies.after, name="after"),
    # Lessons
    path(LESSON, lessons.lesson, name="lesson"),
    path(LESSON + "complete/", lessons.complete, name="lesson-complete"),
    path(LESSON + "checks/<slug:block>/answer/", lessons.answer_check, name="check-answer"),
    path(LESSON + "sortings/<slug:block>/check/", lessons.check_sorting, name="sorting-check"),
    path(
        LESSON + "reflections/<slug:block>/save/", lessons.save_reflection, name="reflection-save"
    ),
    path(
        LESSON + "reflections/<slug:block>/delete/",
        lessons.delete_reflection,
        name="reflection-delete",
    ),
    # A release that the person completed, as they took it
    path(TAKEN, taken.release, name="taken"),
    path(TAKEN + "lessons/<slug:step>/", taken.lesson, name="taken-lesson"),
    # Pictures, videos and captions in lessons
    path("media/<slug:sha256>/", media.file, name="media-file"),
    path("media/<slug:sha256>/<int:width>/", media.picture, name="picture"),
    # Quizzes
    path(QUIZ, quizzes.quiz, name="quiz"),
    path(QUIZ + "start/", quizzes.start, name="quiz-start"),
    path(QUIZ + "questions/<int:position>/", quizzes.question, name="question"),
    path(QUIZ + "answers/", quizzes.answers, name="answers"),
    path(QUIZ + "submit/", quizzes.submit, name="quiz-submit"),
    path(QUIZ + "results/<int:attempt>/", quizzes.result, name="result"),
    # What readers say back
    path(SAY, saying.say, name="say"),
    path(SAY + "thanks/", saying.thanks, name="say-thanks"),
    path("my-learning/reports/", saying.my_reports, name="my-reports"),
    path(
        "my-learning/reports/<int:report>/without-name/",
        saying.take_my_name_away,
        name="report-unname",
    ),
    # Courses that are open to read without an account
    path("read/", open_reading.courses, name="read"),
    path(READ, open_reading.course, name="read-course"),
    path(READ + "lessons/<slug:step>/", open_reading.lesson, name="read-lesson"),
    path(READ + "evidence/", open_reading.evidence, name="read-evidence"),
    path(READ + "glossary/", open_reading.glossary, name="read-glossary"),
    path(READ + "<slug:step>/<slug:block>/say/", open_reading.say, name="read-say"),
    path(
        READ + "<slug:step>/<slug:block>/say/thanks/", open_reading.thanks, name="read-say-thanks"
    ),
    # Candidates, for those who were asked to review one
    path(REVIEW, reviews.review, name="review"),
    path(REVIEW + "start/", reviews.start, name="review-start"),
    path(REVIEW + "course/", reviews.course, name="review-course"),
    path(REVIEW + "lessons/<slug:step>/", reviews.lesson, name="review-lesson"),
    path(REVIEW + "quizzes/<slug:step>/", reviews.quiz, name="review-quiz"),
    path(REVIEW + "before/", reviews.before, name="review-before"),
    path(REVIEW + "evidence/", reviews.evidence, name="review-evidence"),
    path(REVIEW + "glossary/", reviews.glossary, name="review-glossary"),
    path(REVIEW + "changes/", reviews.changes, name="review-changes"),
    path(REVIEW + "comments/<slug:step>/<slug:block>/", reviews.comment, name="review-comment"),
    path(REVIEW + "decision/", reviews.decide, name="review-decide"),
    path(REVIEW + "credit/withdraw/", reviews.withdraw_credit, name="review-credit"),
    # Drafts, for those who edit them
    path("preview/<slug:course>/", previews.course, name="preview"),
    path("preview/<slug:course>/about/evidence/", previews.evidence, name="preview-evidence"),
    path("preview/<slug:course>/about/glossary/", previews.glossary, name="preview-glossary"),
    path("preview/<slug:course>/<slug:step>/", previews.step, name="preview-step"),
    path(
        "preview/<slug:course>/<slug:step>/checks/<slug:block>/",
        previews.check,
        name="preview-check",
    ),
    path("preview/<slug:course>/<slug:step>/unsaved/", previews.unsaved, name="preview-unsaved"),
    path("item-previews/<slug:item>/", previews.item, name="preview-item"),
    path(
        "preview/<slug:course>/<slug:step>/sortings/<slug:block>/",
        previews.sorting,
        name="preview-sorting",
    ),
    # Certificates
    path("certificates/<slug:code>/", certificates.certificate, name="certificate"),
    path("certificates/<slug:code>/pdf/", certificates.certificate_pdf, name="certificate-pdf"),
    path("verify/", certificates.verify, name="verify"),
    path("verify/<slug:code>/", certificates.verify_code, name="verify-code"),
]
