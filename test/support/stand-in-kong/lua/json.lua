--- Encodes tables as JSON. Functions, as schemas hold them, and metatables are left out.
local ESCAPES = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }

local encode

local function encode_string(text)
  return '"'
    .. text:gsub('[%c"\\]', function(char)
      return ESCAPES[char] or ("\\u%04x"):format(char:byte())
    end)
    .. '"'
end

local function encode_table(value)
  local parts = {}
  if #value > 0 then
    for _, item in ipairs(value) do parts[#parts + 1] = encode(item) end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  for key, item in pairs(value) do
    if type(item) ~= "function" then
      parts[#parts + 1] = encode_string(tostring(key)) .. ":" .. encode(item)
    end
  end
  table.sort(parts)
  return "{" .. table.concat(parts, ",") .. "}"
end

function encode(value)
  local kind = type(value)
  if kind == "table" then return encode_table(value) end
  if kind == "string" then return encode_string(value) end
  if kind == "boolean" then return tostring(value) end
  if kind == "number" and value - value == 0 then return ("%.14g"):format(value) end
  return "null"
end

return encode
