// Reads the text of a PDF's pages with PDFium: a reader that is not the writer.
import { PDFiumLibrary } from '@hyzyla/pdfium'

export const pdfTexts = async (bytes: Uint8Array): Promise<readonly string[]> => {
  const library = await PDFiumLibrary.init()
  try {
    const document = await library.loadDocument(bytes)
    const texts = [...document.pages()].map((page) => page.getText().replace(/\r\n/g, '\n'))
    document.destroy()
    return texts
  } finally {
    library.destroy()
  }
}
