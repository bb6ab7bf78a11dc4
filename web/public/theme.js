// The theme that was chosen on this device, before anything is drawn.
try {
  var theme = localStorage.getItem('ceralacca.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch (_) {
  // storage is forbidden here: as the system has it
}
