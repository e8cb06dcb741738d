import { mountSecure } from './secure/mount'

mountSecure()
