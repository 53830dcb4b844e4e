// Buttons that copy what stands beside them. Without a script it can be marked and copied by hand.

for (const button of document.querySelectorAll('[data-copies]')) {
  const field = document.getElementById(button.getAttribute('data-copies') ?? '');
  if (field instanceof HTMLInputElement) {
    button.removeAttribute('hidden');
    field.addEventListener('focus', () => field.select());
    button.addEventListener('click', async () => {
      field.select();
      const isCopied = await navigator.clipboard.writeText(field.value).then(
        () => true,
        () => false,
      );
      button.textContent = isCopied ? 'Copied' : 'Press Ctrl+C';
    });
  }
}
