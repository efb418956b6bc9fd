-- src/schema.lua
return { name = "greeter", fields = {} }
