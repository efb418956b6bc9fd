--- The modules that Kong brings along, without their files: every name can be required, and what
--- comes is a table in which each field can be read and called. A searcher behind the files, so
--- that a file on the path stands before Kong's own module as it does on a real node.
local BUNDLED_VERSION = "3.9.3"

local function stub()
  return setmetatable({}, {
    -- Only for names: `ipairs` over a stub must end.
    __index = function(self, key)
      if type(key) ~= "string" then return nil end
      local value = stub()
      rawset(self, key, value)
      return value
    end,
    __call = function() return stub() end,
  })
end

local function with_type(name)
  local kind = { type = "string" }
  if name:find("^protocols") then kind = { type = "set", elements = { type = "string" } } end
  return setmetatable(kind, {
    __call = function(_, attributes)
      local merged = {}
      for key, value in pairs(kind) do merged[key] = value end
      for key, value in pairs(attributes) do merged[key] = value end
      return merged
    end,
  })
end

local CONTENT = {
  ["kong.meta"] = function() return { version = BUNDLED_VERSION, name = "kong" } end,
  ["kong.db.schema.typedefs"] = function()
    return setmetatable({}, { __index = function(_, name) return with_type(name) end })
  end,
}

local function bundled_part(name, part)
  if part == "handler" then return { PRIORITY = 1000, VERSION = BUNDLED_VERSION } end
  if part == "schema" then
    return { name = name, fields = { { config = { type = "record", fields = {} } } } }
  end
  return {}
end

--- @param file lists the names of the modules, one a line
--- @return the set of the names that were served here
local function install(file)
  local known, served = {}, {}
  for name in io.lines(file) do known[name] = true end
  table.insert(package.loaders, function(name)
    if not known[name] then return nil end
    return function()
      served[name] = true
      local plugin, part = name:match("^kong%.plugins%.([^.]+)%.([^.]+)$")
      if plugin then return bundled_part(plugin, part) end
      return CONTENT[name] and CONTENT[name]() or stub()
    end
  end)
  return served
end

return { install = install, stub = stub }
