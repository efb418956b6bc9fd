import { describeLuarocksMake } from './describe-luarocks-make.ts';

describeLuarocksMake(() => true);
