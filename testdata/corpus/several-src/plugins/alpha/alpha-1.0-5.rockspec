package = "alpha"
version = "1.0-5"
source = { url = "git+https://git.example/acme/alpha" }
build = {
  type = "builtin",
  modules = {
    ["kong.plugins.alpha.handler"] = "src/handler.lua",
    ["kong.plugins.alpha.schema"] = "src/schema.lua",
  },
}
