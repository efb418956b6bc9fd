package = "kong-plugin-rate-note"
version = "1.0.0-1"
source = { url = "git+https://git.example/acme/kong-plugin-rate-note" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.rate-note.handler"] = "kong/plugins/rate_note/handler.lua",
    ["kong.plugins.rate-note.schema"] = "kong/plugins/rate_note/schema.lua",
  },
}
