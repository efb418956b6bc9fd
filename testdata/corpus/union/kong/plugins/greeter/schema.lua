-- kong/plugins/greeter/schema.lua
return { name = "greeter", fields = {} }
