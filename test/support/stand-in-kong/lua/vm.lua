--- One Lua VM of a node. Reads commands from stdin, a Lua table a line, and answers on descriptor 3,
--- a JSON object a line. What the plugins print goes to stdout and stderr, as nginx keeps its log.
local directory = arg[0]:match("^(.*/)") or "./"
local function part(name) return dofile(directory .. name .. ".lua") end

local process, encode, modules = part("process"), part("json"), part("kong-modules")
local load_plugins, validate_config = part("load-plugins"), part("validate-config")
local phases = part("run-phases")

local CPU_SECONDS = 60
local DEFAULT_PATH = "./?.lua;/usr/local/openresty/luajit/share/luajit-2.1/?.lua;"
  .. "/usr/local/share/lua/5.1/?.lua;/usr/local/share/lua/5.1/?/init.lua;"
  .. "/usr/local/openresty/luajit/share/lua/5.1/?.lua;/usr/local/openresty/luajit/share/lua/5.1/?/init.lua"

local function write_log(level, text)
  io.stderr:write(("%s [%s] %d#0: %s\n"):format(os.date("%Y/%m/%d %H:%M:%S"), level, process.pid, text))
end

local vm = { plugins = {}, write_log = write_log }
vm.kit = part("plugin-development-kit")(modules.stub, write_log)
kong, ngx = vm.kit.kong, vm.kit.ngx
print = function(...) write_log("notice", "[lua] " .. table.concat({ ... }, " ")) end

local served = modules.install(directory .. "module-names.txt")
local commands = {}

function commands.load(command)
  package.path = (command.path:gsub(";;+", ";" .. DEFAULT_PATH .. ";"):gsub(";$", ""))
  kong.configuration = command.configuration
  local context = {
    checks = part("plugin-checks"), served = served,
    database = command.configuration.database, command_line = command.command_line,
  }
  local plugins, problem = load_plugins(context, command.plugins)
  if not plugins then return { problem = problem } end
  vm.plugins = plugins
  local facts = {}
  for name, plugin in pairs(plugins) do
    facts[name] = {
      version = plugin.handler.VERSION, priority = plugin.handler.PRIORITY, fields = plugin.schema.fields,
    }
  end
  return { plugins = facts }
end

function commands.validate(command)
  local config, errors = validate_config(vm.plugins[command.plugin], command.config)
  return { config = config, errors = errors }
end

function commands.become(command)
  if command.uid then process.become(command.uid, command.gid) end
  phases.init_worker(vm)
  return {}
end

function commands.access(command) return phases.access(vm, command.request) end

process.ignore_signals()
process.limit_cpu(CPU_SECONDS)
if arg[1] == "worker" then process.end_with_parent() end
for line in io.lines() do
  local command = assert(loadstring("return " .. line))()
  local done, answer = pcall(commands[command.command], command)
  process.write(3, encode(done and answer or { problem = tostring(answer) }) .. "\n")
end
