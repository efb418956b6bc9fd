-- kong/plugins/greeter/spec/greeter_spec.lua
junk
