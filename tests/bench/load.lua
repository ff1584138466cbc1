-- Sends the requests of a file, one a line: METHOD, path, cookie and body, separated by tabs.
-- A file that may be sent only once (BENCH_ONCE=1) is measured until all of it is answered.
local ffi = require("ffi")
ffi.cdef("typedef struct { long s, us; } timeval; int gettimeofday(timeval *, void *);")

local once = os.getenv("BENCH_ONCE") == "1"
local requests = {}
local position = 0
local tried = false
local reserved = 0
local answered = 0
local threads = {}

local function now()
  local at = ffi.new("timeval")
  ffi.C.gettimeofday(at, nil)
  return tonumber(at.s) + tonumber(at.us) / 1e6
end

function setup(thread)
  threads[#threads + 1] = thread
end

function init(args)
  for line in io.lines(os.getenv("BENCH_REQUESTS")) do
    local method, path, cookie, body = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$")
    local headers = { ["Cookie"] = cookie, ["Host"] = os.getenv("BENCH_HOST") }
    if body ~= "" then
      headers["Content-Type"] = "application/x-www-form-urlencoded"
      headers["X-Requested-With"] = "fetch"
    end
    requests[#requests + 1] = wrk.format(method, path, headers, body ~= "" and body or nil)
  end
end

function request()
  -- wrk asks for one request before it starts, only to look at it.
  if not tried then
    tried = true
    return requests[1]
  end
  began = began or now()
  position = position % #requests + 1
  return requests[position]
end

if once then
  -- A client for which nothing is left waits until the time is over.
  function delay()
    if reserved == #requests then return 3600000 end
    reserved = reserved + 1
    return 0
  end

  function response()
    answered = answered + 1
    if answered == #requests then ended = now() end
  end
end

function done(summary, latency, _)
  local began, ended = threads[1]:get("began"), threads[1]:get("ended")
  local seconds = ended and ended - began or summary.duration / 1e6
  io.write(string.format(
    'BENCH {"requests": %d, "seconds": %.3f, "errors": %d, "p50": %.2f, "p95": %.2f, "p99": %.2f}\n',
    summary.requests, seconds,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3))
end
