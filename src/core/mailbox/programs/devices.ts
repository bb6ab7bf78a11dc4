// Which kind of device somebody holds, as far as its browser tells: it decides what the page offers first.

/** `apple`: takes a configuration profile; `android`, `thunderbird`-like programs find the settings alone; `other`. */
export type DeviceKind = 'iphone' | 'ipad' | 'mac' | 'android' | 'windows' | 'other'

/** By User-Agent. An iPad says that it is a Mac: only the number of its touch points tells them apart. */
export const deviceKind = (userAgent: string, touchPoints = 0): DeviceKind => {
  if (/iPhone|iPod/.test(userAgent)) return 'iphone'
  if (/iPad/.test(userAgent)) return 'ipad'
  if (/Macintosh|Mac OS X/.test(userAgent)) return touchPoints > 1 ? 'ipad' : 'mac'
  if (/Android/.test(userAgent)) return 'android'
  return /Windows/.test(userAgent) ? 'windows' : 'other'
}

/** Whether the device takes a profile. */
export const takesProfile = (kind: DeviceKind): boolean => kind === 'iphone' || kind === 'ipad' || kind === 'mac'
