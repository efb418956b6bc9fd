-- plugins/beta/schema.lua
return { name = "beta", fields = {} }
