--- The globals `kong` and `ngx`, as far as sample plugins use them: log, request and response.
--- Whatever else is read from them is a stub.
local function create(stub, write_log)
  local current = { headers = {}, response = {} }
  local exit = {}
  local kong, ngx = stub(), stub()

  local function logger(level)
    return function(...)
      local parts = {}
      for index = 1, select("#", ...) do parts[index] = tostring((select(index, ...))) end
      write_log(level, "[kong] " .. table.concat(parts))
    end
  end
  kong.log = setmetatable({}, { __call = function(_, ...) logger("notice")(...) end })
  for level, name in pairs({ err = "error", warn = "warn", notice = "notice", crit = "crit" }) do
    kong.log[level] = logger(name)
  end
  kong.log.info, kong.log.debug = function() end, function() end
  kong.ctx = { shared = {}, plugin = {} }

  kong.request = setmetatable({
    get_method = function() return current.method end,
    get_path = function() return current.path end,
    get_header = function(name) return current.headers[name:lower()] end,
    get_headers = function() return current.headers end,
  }, getmetatable(kong))

  kong.response = setmetatable({
    set_header = function(name, value) current.response.headers[name] = tostring(value) end,
    exit = function(status, body, headers)
      current.response.status, current.response.body = status, body
      for name, value in pairs(headers or {}) do kong.response.set_header(name, value) end
      error(exit, 0)
    end,
  }, getmetatable(kong))

  return { kong = kong, ngx = ngx, current = current, exit = exit }
end

return create
