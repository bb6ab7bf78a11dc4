// Refusals of uploaded papers: what happened, what it means, what to do.
import type { DocumentRefusal } from '../enrolment/documentKinds.ts'
import { type ProblemRow, row } from './problemRow.ts'

export const DOCUMENT_PROBLEMS = {
  // The world's failure, not the file's: what is thrown as Fault('scanner')
  documentNotScanned: row(
    503,
    'L’antivirus non risponde',
    'Ogni documento passa dall’antivirus, che ora non risponde: questo non è stato salvato, il resto della pratica sì. Il file va bene: caricalo di nuovo fra qualche minuto.',
    'The antivirus does not answer',
    'Every document passes the antivirus, which does not answer now: this one was not saved, the rest of the case was. Nothing is wrong with the file: upload it again in some minutes.',
  ),
  documentEmpty: row(
    422,
    'Il file è vuoto',
    'Non è arrivato nulla. Scegli di nuovo il documento o scatta un’altra foto.',
    'The file is empty',
    'Nothing has arrived. Choose the document again or take another photo.',
  ),
  documentTooLarge: row(
    413,
    'Il file è troppo grande',
    'Il limite è 15 MB. Una foto normale del telefono basta; un PDF si può salvare in formato ridotto.',
    'The file is too large',
    'The limit is 15 MB. An ordinary photo of a phone will do; a PDF can be saved in a smaller form.',
  ),
  documentHeic: row(
    422,
    'La foto è in formato HEIC',
    'È il formato degli iPhone, che qui non si legge. Scatta la foto da questa pagina con «Fotocamera», oppure condividila come JPEG (Impostazioni, Fotocamera, Formati, Più compatibile).',
    'The photo is in the HEIC format',
    'It is the format of iPhones, which is not read here. Take the photo from this page with the camera, or share it as JPEG (Settings, Camera, Formats, Most Compatible).',
  ),
  documentOtherImage: row(
    422,
    'Questo formato di immagine non si legge',
    'Accettiamo JPEG, PNG, WebP, TIFF e PDF. Apri l’immagine e salvala come JPEG, oppure scatta una foto.',
    'This image format is not read',
    'We take JPEG, PNG, WebP, TIFF and PDF. Open the image and save it as JPEG, or take a photo.',
  ),
  documentOffice: row(
    422,
    'Il file è un testo o un foglio di calcolo',
    'Serve una foto o un PDF. Dal programma con cui lo apri scegli «Esporta come PDF», poi carica il PDF.',
    'The file is a text document or a spreadsheet',
    'A photo or a PDF is needed. Choose “Export as PDF” in the program that opens it, then upload the PDF.',
  ),
  documentArchive: row(
    422,
    'Il file è un archivio compresso',
    'Un archivio, per esempio ZIP, non viene aperto. Estrai la foto o il PDF che contiene e carica quello.',
    'The file is a compressed archive',
    'An archive, such as ZIP, is not opened. Extract the photo or PDF in it and upload that.',
  ),
  documentExecutable: row(
    422,
    'Il file è un programma',
    'Non è un documento, anche se il nome finisce come quello di un’immagine, e non è stato conservato. Scegli la foto o il PDF del documento; se non sai da dove viene il file, fai controllare il dispositivo.',
    'The file is a program',
    'It is not a document, even if its name ends like an image’s, and it was not kept. Choose the photo or PDF of the document; if you do not know where the file comes from, have the device checked.',
  ),
  documentWebPage: row(
    422,
    'Il file è una pagina web o un disegno SVG',
    'Possono contenere istruzioni e perciò non si accettano. Carica una foto o un PDF del documento.',
    'The file is a web page or an SVG drawing',
    'They may carry instructions and so are not taken. Upload a photo or a PDF of the document.',
  ),
  documentUnknownType: row(
    422,
    'Il file non è una foto né un PDF',
    'Il suo contenuto è di un tipo che non conosciamo. Accettiamo JPEG, PNG, WebP, TIFF e PDF.',
    'The file is neither a photo nor a PDF',
    'Its content is of a type that we do not know. We take JPEG, PNG, WebP, TIFF and PDF.',
  ),
  documentUnreadable: row(
    422,
    'Il file è danneggiato o incompleto',
    'Non si riesce ad aprirlo: forse il caricamento si è interrotto. Prova di nuovo, oppure rifai la foto.',
    'The file is damaged or incomplete',
    'It cannot be opened: the upload may have been cut. Try again, or take the photo anew.',
  ),
  documentEncrypted: row(
    422,
    'Il PDF è protetto da password',
    'Non possiamo aprirlo. Salvalo senza protezione, oppure fotografa il documento.',
    'The PDF is locked by a password',
    'We cannot open it. Save it without protection, or take a photo of the document.',
  ),
  documentTooManyPages: row(
    422,
    'Il file ha troppe pagine',
    'Il limite è 10 pagine. Carica soltanto quelle del documento.',
    'The file has too many pages',
    'The limit is 10 pages. Upload those of the document only.',
  ),
  documentTooManyPixels: row(
    422,
    'L’immagine è troppo grande',
    'Il limite è 50 megapixel per pagina. Scatta la foto con una risoluzione più bassa.',
    'The image is too large',
    'The limit is 50 megapixels a page. Take the photo at a lower resolution.',
  ),
  documentTooHard: row(
    422,
    'Il file è troppo pesante da aprire',
    'Richiede troppo tempo o troppa memoria e non è stato conservato. Fai una foto del documento e carica quella.',
    'The file is too heavy to open',
    'It takes too much time or memory and was not kept. Take a photo of the document and upload that.',
  ),
  documentInfected: row(
    422,
    'Il file contiene un virus',
    'L’antivirus l’ha fermato e non è stato conservato. Fai controllare il dispositivo da cui viene e scatta una foto nuova del documento con il telefono.',
    'The file holds a virus',
    'The antivirus stopped it and it was not kept. Have the device it comes from checked and take a new photo of the document with your phone.',
  ),
} as const satisfies Record<DocumentRefusal, ProblemRow>
