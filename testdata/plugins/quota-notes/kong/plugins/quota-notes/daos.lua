local typedefs = require "kong.db.schema.typedefs"

return {
  {
    name = "quota_notes",
    primary_key = { "id" },
    generate_admin_api = true,
    fields = {
      { id = typedefs.uuid },
      { text = { type = "string", required = true } },
    },
  },
}
