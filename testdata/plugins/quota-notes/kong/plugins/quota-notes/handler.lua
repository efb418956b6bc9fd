local notes = require "kong.plugins.quota-notes.notes"

local QuotaNotes = {
  PRIORITY = 850,
  VERSION = "v2.0.1",
}

function QuotaNotes:access(conf)
  local note = notes.find(kong.client.get_consumer())
  if note then
    kong.service.request.set_header(conf.header, note.text)
  end
end

return QuotaNotes
