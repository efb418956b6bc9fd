--- Runs the phases of loaded plugins: init_worker once, access for each request.
local UNEXPECTED = '{"message":"An unexpected error occurred"}'

local function by_priority(plugins)
  return function(one, other)
    local left, right = plugins[one.name].handler.PRIORITY, plugins[other.name].handler.PRIORITY
    if left == right then return one.name > other.name end
    return left > right
  end
end

local function init_worker(vm)
  for name, plugin in pairs(vm.plugins) do
    if plugin.handler.init_worker then
      local done, problem = pcall(plugin.handler.init_worker, plugin.handler)
      if not done then
        vm.write_log("error", ('failed to execute the "init_worker" function for plugin "%s": %s')
          :format(name, tostring(problem)))
      end
    end
  end
end

--- @param request method, path, headers, plugins: a list of { name, config }
--- @return what the plugins did to the answer; a status only where one ended the request
local function access(vm, request)
  local kit = vm.kit
  kit.current.method, kit.current.path, kit.current.headers = request.method, request.path, request.headers
  kit.current.response = { headers = {} }
  kit.kong.ctx = { shared = {}, plugin = {} }
  table.sort(request.plugins, by_priority(vm.plugins))
  for _, configured in ipairs(request.plugins) do
    local handler = vm.plugins[configured.name].handler
    if handler.access then
      local done, problem = pcall(handler.access, handler, configured.config)
      if not done and problem == kit.exit then return kit.current.response end
      if not done then
        vm.write_log("error", ("[lua] init.lua:405: [%s] %s"):format(configured.name, tostring(problem)))
        return { status = 500, headers = {}, body = UNEXPECTED }
      end
    end
  end
  return kit.current.response
end

return { init_worker = init_worker, access = access }
