// What the program answers to --help.

export const HELP = `Ceralacca: posta elettronica certificata / Italian certified e-mail

  ceralacca sandbox                     two providers on this machine, for development
  ceralacca demo                        sends a certified message in the sandbox and shows its receipts
  ceralacca verify FILE …               says what a PEC file is (.eml, .zip of them, .p7m) and whether it holds   [--json] [--ca FILE] [--directory FILE]
  ceralacca serve                       runs a provider, configured by the environment
  ceralacca mailbox add ADDRESS         makes a mailbox; the password is read from standard input
  ceralacca mailbox receipts ADDRESS apart|inbox   receipts in a folder of their own, or in the inbox
  ceralacca mailbox suspend|resume ADDRESS
  ceralacca staff invite --email E --name N --role operatorAdmin|operator|orderAdmin [--order CODE]   sends and prints a link
  ceralacca staff reset --email E       forgets password and second factor, and sends a new link
  ceralacca rewrap-keys                 after a new master key: wraps the keys of documents and second factors by it
  ceralacca evidence ADDRESS IDENTIFIER [FILE.zip]   original, envelope, receipts, report and certificates of a message
  ceralacca journal FROM TO             exports the journal as JSON lines              [--address ADDRESS]
  ceralacca help
`
