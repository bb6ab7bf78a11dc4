// Who may do what: the one table that the API and the screens use alike.

/** Roles at an Order, and roles at the provider. */
export const ORDER_ROLES = ['orderReader', 'orderSecretary', 'orderAdmin'] as const
export const PROVIDER_ROLES = ['operator', 'operatorAdmin'] as const
export type OrderRole = (typeof ORDER_ROLES)[number]
export type ProviderRole = (typeof PROVIDER_ROLES)[number]
export type Role = OrderRole | ProviderRole

/** Permissions at one Order. */
export const ORDER_PERMISSIONS = [
  'members.read',
  'members.write',
  'roll.import',
  'members.invite',
  'members.upload',
  'members.procedures',
  'costs.read',
  'tickets.open',
  'order.audit',
  'order.staff',
  'order.help',
] as const
/** Permissions at the provider. */
export const PROVIDER_PERMISSIONS = [
  'cases.read',
  'cases.decide',
  'documents.view',
  'incoming.handle',
  'tickets.handle',
  'boxes.manage',
  'conventions.read',
  'conventions.write',
  'provider.audit',
  'provider.staff',
  'billing.read',
  'billing.write',
  'help.write',
] as const
export type OrderPermission = (typeof ORDER_PERMISSIONS)[number]
export type ProviderPermission = (typeof PROVIDER_PERMISSIONS)[number]
export type Permission = OrderPermission | ProviderPermission

const READER = ['members.read', 'costs.read'] as const
const SECRETARY = [
  ...READER,
  'members.write',
  'roll.import',
  'members.invite',
  'members.upload',
  'members.procedures',
  'tickets.open',
  'order.help',
] as const
const OPERATOR = [
  'cases.read',
  'cases.decide',
  'documents.view',
  'incoming.handle',
  'tickets.handle',
  'conventions.read',
] as const

/** The permissions of each role. Roles at the provider give none at an Order: its register is the Order's. */
export const PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  orderReader: READER,
  orderSecretary: SECRETARY,
  orderAdmin: ORDER_PERMISSIONS,
  operator: OPERATOR,
  operatorAdmin: PROVIDER_PERMISSIONS,
}

/** A role that somebody has: at the Order with this code, or at the provider. */
export type Grant = { readonly role: Role; readonly order?: string | undefined }

/** Whether the grants give a permission; for one of an Order, at that Order. */
export const may = (grants: readonly Grant[], permission: Permission, order?: string): boolean =>
  grants.some((grant) => PERMISSIONS[grant.role].includes(permission) && grant.order === order)
