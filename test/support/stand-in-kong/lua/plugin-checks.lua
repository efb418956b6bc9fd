--- What Kong 3.9.3 demands of a handler (db/dao/plugins.lua) and of a schema's outer form
--- (db/schema/metaschema.lua, MetaSubSchema).
local TOP_LEVEL = {
  name = true, fields = true, entity_checks = true, shorthand_fields = true,
  transformations = true, check = true,
}
local ENTITY_FIELDS = { config = true, protocols = true, consumer = true, route = true, service = true,
  consumer_group = true }
local PARTS = {
  string = {}, number = {}, integer = {}, boolean = {}, foreign = {}, any = {}, ["function"] = {},
  array = { "elements" }, set = { "elements" }, map = { "keys", "values" }, record = { "fields" },
  json = { "json_schema" },
}

local check_fields

local function check_field(field)
  if type(field) ~= "table" or not PARTS[field.type or ""] then return "type: required field missing" end
  for _, part in ipairs(PARTS[field.type]) do
    if type(field[part]) ~= "table" then return part .. ": required field missing" end
  end
  if field.type == "record" then return check_fields(field.fields) end
  return field.elements and check_field(field.elements)
end

function check_fields(fields)
  for _, entry in ipairs(fields) do
    local name, field = next(entry)
    if name == nil or next(entry, name) ~= nil then return "fields: expected a table with one key" end
    local problem = check_field(field)
    if problem then return ("fields: { %s: { %s } }"):format(name, problem) end
  end
end

local function check_schema(schema)
  if type(schema) ~= "table" then return "expected a table" end
  for key in pairs(schema) do
    if not TOP_LEVEL[key] then return tostring(key) .. ": unknown field" end
  end
  if type(schema.name) ~= "string" then return "name: required field missing" end
  if type(schema.fields) ~= "table" then return "fields: required field missing" end
  local problem = check_fields(schema.fields)
  if problem then return problem end
  for _, entry in ipairs(schema.fields) do
    local name = next(entry)
    if not ENTITY_FIELDS[name] then return tostring(name) .. ": unknown field" end
  end
end

--- The first run of digits and dots, at most three parts.
local function is_version(version)
  if type(version) ~= "string" then return false end
  local run = version:match("[%d%.]+")
  if not run then return false end
  local _, parts = run:gsub("^%.", ""):gsub("%.$", ""):gsub("[^.]+", "")
  return parts > 0 and parts <= 3 and not run:find("..", 1, true)
end

local function is_integer(value)
  return type(value) == "number" and value - value == 0 and value % 1 == 0
end

local function check_handler(name, handler)
  local cannot = ('Plugin "%s" cannot be loaded because its '):format(name)
  if not is_integer(handler.PRIORITY) then
    return ('%sPRIORITY field is not a valid integer number, got: "%s".'):format(cannot, tostring(handler.PRIORITY))
  end
  if not is_version(handler.VERSION) then
    return ('%sVERSION field does not follow the "x.y.z" format, got: "%s".'):format(cannot, tostring(handler.VERSION))
  end
  if handler.response and (handler.header_filter or handler.body_filter) then
    return ('Plugin "%s" can\'t be loaded because it implements both "response" and "header_filter"'
      .. ' or "body_filter" methods.'):format(name)
  end
end

return { handler = check_handler, schema = check_schema }
