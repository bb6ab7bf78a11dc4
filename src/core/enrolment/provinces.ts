// The signs of the Italian provinces, those of the past that people still write included.

/** A residence that is not in Italy. */
export const ABROAD = 'EE'

/** Signs of today, and of the provinces of Sardinia that came, went and came back (LR 7/2021). */
const PROVINCES = new Set(
  (
    'AG AL AN AO AP AQ AR AT AV BA BG BI BL BN BO BR BS BT BZ CA CB CE CH CI CL CN CO CR CS CT CZ EN FC FE FG FI FM FR ' +
    'GE GO GR IM IS KR LC LE LI LO LT LU MB MC ME MI MN MO MS MT NA NO NU OG OR OT PA PC PD PE PG PI PN PO PR PT PU PV ' +
    'PZ RA RC RE RG RI RM RN RO SA SI SO SP SR SS SU SV TA TE TN TO TP TR TS TV UD VA VB VC VE VI VR VS VT VV'
  ).split(' '),
)

export const isProvince = (sign: string): boolean => PROVINCES.has(sign) || sign === ABROAD
