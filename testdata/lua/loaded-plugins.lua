-- Says what Kong would load by each kong.conf that is named: one line a file, names with commas.
-- Written from the rules as they are documented; it shares nothing with kongcrate's own reader.

local function trim(text)
  return (text:gsub("^%s+", ""):gsub("%s+$", ""))
end

--- The lines that count, with those joined that a backslash joins.
local function logical_lines(bytes)
  local joined, open = {}, nil
  for line in (bytes:gsub("\n$", "") .. "\n"):gmatch("(.-)\n") do
    local first = trim(line):sub(1, 1)
    if first ~= "" and first ~= "#" and first ~= ";" then
      local text = (open or "") .. line:gsub("\\%s*$", "")
      if line:find("\\%s*$") then
        open = text
      else
        joined[#joined + 1], open = text, nil
      end
    end
  end
  return joined
end

local function plugins_of(bytes)
  local value = "bundled"
  for _, line in ipairs(logical_lines(bytes)) do
    if line:sub(1, 1) == "[" then break end
    local key, rest = line:match("^([^=]*)=(.*)$")
    if key and trim(key) == "plugins" then
      local hidden = rest:gsub("\\#", "\1")
      value = trim((hidden:gsub("#.*$", ""))):gsub("\1", "#")
    end
  end
  return value
end

for _, path in ipairs(arg) do
  local file = assert(io.open(path, "rb"))
  local names, seen, position = {}, {}, 0
  for item in (plugins_of(file:read("*a")) .. ","):gmatch("(.-),") do
    local name = trim(item)
    position = position + 1
    if position == 1 and name == "off" then break end
    if name ~= "off" and name ~= "" and not seen[name] then
      names[#names + 1], seen[name] = name, true
    end
  end
  file:close()
  print(table.concat(names, ","))
end
