// Published data sets that `kiln data fetch` knows: where they are, what they must hash to, who made them, and on what terms.

export interface Published {
  title: string;
  url: string;
  bytes: number;
  /** Hex, of the archive. */
  sha256: string;
  licence: string;
  citation: string;
}

/** Length and hash as TensorFlow Datasets and torchaudio hold them to. */
export const PUBLISHED: Readonly<Record<string, Published>> = {
  'speech-commands': {
    title: 'Speech Commands v0.02',
    url: 'https://storage.googleapis.com/download.tensorflow.org/data/speech_commands_v0.02.tar.gz',
    bytes: 2428923189,
    sha256: 'af14739ee7dc311471de98f5f9d2c9191b18aedfe957f4a6ff791c709868ff58',
    licence: 'CC BY 4.0',
    citation: 'P. Warden, Speech Commands: A Dataset for Limited-Vocabulary Speech Recognition, arXiv:1804.03209, 2018',
  },
};
