--- Loads every listed plugin as Kong 3.9.3 does (tools/module.lua, db/dao/plugins.lua,
--- db/schema/plugin_loader.lua), with its messages.
local HERE = "/usr/local/share/lua/5.1/kong/"

local function load_if_exists(name)
  local loaded, result = pcall(require, name)
  if loaded then return result end
  if tostring(result):find("module '" .. name .. "' not found", 1, true) then return nil end
  error(HERE .. "tools/module.lua:37: error loading module '" .. name .. "':\n" .. tostring(result), 0)
end

--- The command line has no plugin servers to ask, and fails over that instead.
local function refuse_absent(context, message)
  if context.command_line then
    error(HERE .. "runloop/plugin_servers/init.lua:94: attempt to index upvalue 'kong' (a nil value)", 0)
  end
  return nil, message
end

local function check_daos(name)
  local daos = load_if_exists("kong.plugins." .. name .. ".daos")
  if daos == nil then return end
  local count = 0
  for _ in pairs(type(daos) == "table" and daos or { {} }) do count = count + 1 end
  if type(daos) ~= "table" or count ~= #daos then
    return ("custom plugin '%s' returned non-array daos definition table"):format(name)
  end
end

local function load_plugin(context, name)
  local handler = load_if_exists("kong.plugins." .. name .. ".handler")
  if handler == nil then
    return refuse_absent(context, name .. " plugin is enabled but not installed;\nno plugin found")
  end
  local schema = load_if_exists("kong.plugins." .. name .. ".schema")
  if schema == nil then
    return refuse_absent(context, "no configuration schema found for plugin: " .. name)
  end
  local problem = context.checks.schema(schema)
  if problem then return nil, ("[%s] schema violation (%s)"):format(context.database, problem) end
  problem = check_daos(name) or context.checks.handler(name, handler)
  if problem then return nil, problem end
  local bundled = context.served["kong.plugins." .. name .. ".schema"] == true
  return { handler = handler, schema = schema, bundled = bundled }
end

--- @param context checks, served (names of Kong's own modules that were loaded), database, command_line
--- @return the plugins by name, or nil and what is wrong; throws where Kong does
return function(context, names)
  local plugins, problems = {}, {}
  for _, name in ipairs(names) do
    local plugin, problem = load_plugin(context, name)
    plugins[name] = plugin
    if problem then problems[#problems + 1] = ("on plugin '%s': %s"):format(name, problem) end
  end
  if #problems == 0 then return plugins end
  return nil, HERE .. "init.lua:685: error loading plugin schemas: " .. table.concat(problems, "; ")
end
