package = "my-beta"
version = "0.1.0-1"
source = { url = "git+https://git.example/acme/my-beta" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.my-beta.handler"] = "handler.lua",
    ["kong.plugins.my-beta.schema"] = "schema.lua",
  },
}
