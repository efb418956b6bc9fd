--- What the VM asks of the operating system.
local ffi = require("ffi")

ffi.cdef([[
  typedef void (*stand_in_handler)(int);
  struct stand_in_limit { unsigned long soft, hard; };
  stand_in_handler signal(int number, stand_in_handler handler);
  int setrlimit(int resource, const struct stand_in_limit *limit);
  int prctl(int option, unsigned long argument);
  int getpid(void);
  int setgroups(size_t count, const unsigned int *groups);
  int setgid(unsigned int gid);
  int setuid(unsigned int uid);
  long write(int descriptor, const char *text, size_t count);
]])

local SIGINT, SIGKILL, SIGTERM = 2, 9, 15
local SIG_IGN = ffi.cast("stand_in_handler", 1)
local PR_SET_PDEATHSIG = 1
local RLIMIT_CPU = 0

local process = { pid = ffi.C.getpid() }

--- nginx looks at signals between events only: code that never returns is not ended by them.
function process.ignore_signals()
  ffi.C.signal(SIGINT, SIG_IGN)
  ffi.C.signal(SIGTERM, SIG_IGN)
end

--- A backstop for tests that fail: no endless loop outlives them for long.
function process.limit_cpu(seconds)
  ffi.C.setrlimit(RLIMIT_CPU, ffi.new("struct stand_in_limit", seconds, seconds))
end

function process.end_with_parent()
  ffi.C.prctl(PR_SET_PDEATHSIG, SIGKILL)
end

--- The kernel forgets the signal of the parent's death with each change of the user.
function process.become(uid, gid)
  assert(ffi.C.setgroups(0, nil) == 0 and ffi.C.setgid(gid) == 0 and ffi.C.setuid(uid) == 0)
  process.end_with_parent()
end

function process.write(descriptor, text)
  local done = 0
  while done < #text do
    local count = tonumber(ffi.C.write(descriptor, text:sub(done + 1), #text - done))
    if count <= 0 then os.exit(1) end
    done = done + count
  end
end

return process
