// Which IP addresses are of the open network: what others give us to connect to must not lead into our own.
import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** IANA's registry of special addresses (RFC 6890 and what came after), and those that carry another address inside. */
const NOT_PUBLIC_4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // behind a provider's translation
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link-local; machines in clouds learn their credentials there
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocols
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, and broadcast
]

/** Within 2000::/3, the only part of IPv6 that is given out. */
const NOT_PUBLIC_6: readonly (readonly [string, number])[] = [
  ['2001::', 23], // protocols, Teredo (it carries an IPv4 address)
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4 carries an IPv4 address
  ['3fff::', 20], // documentation
]

const closed4 = new BlockList()
for (const [net, bits] of NOT_PUBLIC_4) closed4.addSubnet(net, bits, 'ipv4')
const closed6 = new BlockList()
for (const [net, bits] of NOT_PUBLIC_6) closed6.addSubnet(net, bits, 'ipv6')
const given6 = new BlockList()
given6.addSubnet('2000::', 3, 'ipv6')
const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** Whether an address (text, without brackets or zone) is one that anybody may reach. IPv4 inside IPv6 never is. */
export const isPublicAddress = (address: string): boolean => {
  if (isIPv4(address)) return !closed4.check(address, 'ipv4')
  return isIPv6(address) && !address.includes('%') && given6.check(address, 'ipv6') && !closed6.check(address, 'ipv6')
}

/** Whether it is this machine: where tests and the sandbox listen. */
export const isLoopback = (address: string): boolean =>
  isIPv4(address) ? loopback.check(address, 'ipv4') : address === '::1'
