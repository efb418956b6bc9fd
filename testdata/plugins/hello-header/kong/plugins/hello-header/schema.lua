local typedefs = require "kong.db.schema.typedefs"

return {
  name = "hello-header",
  fields = {
    { consumer = typedefs.no_consumer },
    { protocols = typedefs.protocols_http },
    { config = {
        type = "record",
        fields = {
          { header_name = typedefs.header_name { required = true, default = "X-Hello" } },
          { greeting = { type = "string", required = true, default = "hello" } },
        },
      },
    },
  },
}
