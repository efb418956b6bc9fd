-- src/shared.lua
return {}
