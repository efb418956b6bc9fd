-- kong/plugins/greeter.bak/schema.lua
return { name = "x", fields = {} }
