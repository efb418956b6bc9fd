-- plugins/alpha/src/schema.lua
return { name = "alpha", fields = {} }
