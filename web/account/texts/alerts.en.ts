// What the page of alerts says, in English.
import type italian from './alerts.it.ts'

const english: typeof italian = {
  title: 'Alerts',
  lead: 'We write to the reference e-mail when something happens in the mailbox that you should know. What messages say never leaves the mailbox.',
  to: 'Alerts go to',
  change: 'Change the reference e-mail',
  noneTitle: 'There is no reference e-mail',
  none: 'Without one alerts have nowhere to go: the choices below hold from when you name one.',
  add: 'Name an e-mail',
  email: 'Tell me of new certified messages by e-mail',
  shownLegend: 'What the alert says',
  shownHint: 'The reference e-mail is ordinary mail: if others read it too, leave these empty.',
  sender: 'Who wrote',
  subject: 'The subject',
  timing: 'When',
  now: 'At once, when the message arrives',
  digest: 'Once a day, all together',
  digestHour: 'Hour of the summary',
  quiet: 'Do not write to me at certain hours',
  quietHint:
    'Italian time. What arrives in these hours comes in one alert at their end. The summary of the day leaves at the hour that you chose all the same.',
  from: 'From',
  until: 'To',
  quietSame: 'Choose two different hours.',
  alsoLegend: 'Tell me also',
  unread: 'If a certified message stays unread for 3 days, and again after 7',
  filling: 'When the mailbox is full by 70, 85 and 95%',
  law: 'In law a delivered message is received even if you do not read it: an alert that does not arrive changes nothing.',
  save: 'Save the choices',
  saved: 'Your choices are saved.',
  hour: (hour: number) => `${hour}:00`,
}
export default english
