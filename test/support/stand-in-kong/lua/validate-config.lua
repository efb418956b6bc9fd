--- Validates a plugin's configuration against its schema and fills in defaults.
local EXPECTED = {
  string = "string", number = "number", integer = "number", boolean = "boolean",
  array = "table", set = "table", map = "table", record = "table",
}

local validate_record

local function copy(value)
  if type(value) ~= "table" then return value end
  local result = {}
  for key, item in pairs(value) do result[key] = copy(item) end
  return result
end

local function with(path, part)
  local longer = { unpack(path) }
  longer[#longer + 1] = part
  return longer
end

local function check_value(field, value, report)
  local expected = EXPECTED[field.type]
  if expected and type(value) ~= expected then return report("expected a " .. field.type) end
  if field.one_of then
    for _, allowed in ipairs(field.one_of) do
      if allowed == value then return end
    end
    return report("expected one of: " .. table.concat(field.one_of, ", "))
  end
  if field.custom_validator then
    local valid, problem = field.custom_validator(value)
    if not valid then report(problem or "failed custom validation") end
  end
end

local function validate_field(field, value, state)
  local function report(message)
    state.errors[#state.errors + 1] = { path = state.path, message = message }
  end
  if value == nil then value = copy(field.default) end
  if value == nil and field.type == "record" and field.required then value = {} end
  if value == nil then
    if field.required then report("required field missing") end
    return nil
  end
  check_value(field, value, report)
  if field.type == "record" and type(value) == "table" then return validate_record(field, value, state) end
  return value
end

function validate_record(record, value, state)
  local known, result = {}, {}
  for _, entry in ipairs(record.fields) do
    local name, field = next(entry)
    known[name] = true
    local inner = { errors = state.errors, path = with(state.path, name) }
    result[name] = validate_field(field, value[name], inner)
  end
  for name in pairs(value) do
    if not known[name] then
      state.errors[#state.errors + 1] = { path = with(state.path, tostring(name)), message = "unknown field" }
    end
  end
  return result
end

--- @param plugin as the loader gives it; what bundled plugins take is not known here
--- @return the whole configuration and the list of { path, message }
return function(plugin, config)
  if plugin.bundled then return config or {}, {} end
  local state = { errors = {}, path = { "config" } }
  for _, entry in ipairs(plugin.schema.fields) do
    if entry.config then return validate_record(entry.config, config or {}, state), state.errors end
  end
  return config or {}, state.errors
end
