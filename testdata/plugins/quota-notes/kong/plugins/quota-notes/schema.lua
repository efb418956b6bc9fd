local typedefs = require "kong.db.schema.typedefs"

local schema = {
  name = "quota-notes",
  fields = {
    { protocols = typedefs.protocols_http },
    { config = {
        type = "record",
        fields = {
          { header = { type = "string", required = true, default = "X-Quota-Note" } },
        },
      },
    },
  },
}

return schema
