-- schema.lua
return build()
