-- plugins/beta/src/schema.lua
return { name = "beta", fields = {} }
