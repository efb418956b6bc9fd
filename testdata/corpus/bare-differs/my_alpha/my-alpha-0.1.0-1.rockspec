package = "my-alpha"
version = "0.1.0-1"
source = { url = "git+https://git.example/acme/my-alpha" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.my-alpha.handler"] = "handler.lua",
    ["kong.plugins.my-alpha.schema"] = "schema.lua",
  },
}
