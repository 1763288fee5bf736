// The sentences of the site in the page's language, and moments as people read them, in Beijing time.

const SHAPE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const CIVIL = /^(\d{4})-(0[1-9]|1[0-2])-(\d\d)$/;
const BEIJING = 8 * 3_600_000;
const MONTHS = [
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
];

export class Words {
  constructor(sentences, isChinese) {
    this.sentences = sentences;
    this.isChinese = isChinese;
  }

  // The sentence for a key, with its places filled.
  say(key, values = {}) {
    return this.sentences[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  }

  // The word for a code, or the code itself where there is none.
  code(prefix, code) {
    return this.sentences[`${prefix}.${code}`] ?? code;
  }

  // A step's detail: a moment where it looks like one, else as it stands.
  detail(value) {
    return SHAPE.test(value) ? this.moment(Date.parse(value)) : value;
  }

  // A civil date as people read it; what is none is shown as it stands.
  civilDay(text) {
    const [, year, month, day] = CIVIL.exec(text) ?? [];
    if (year === undefined) return text;
    return this.isChinese ? `${year}年${+month}月${+day}日` : `${+day} ${MONTHS[month - 1]} ${year}`;
  }

  moment(moment) {
    const date = new Date(moment + BEIJING);
    const clock = [date.getUTCHours(), date.getUTCMinutes()].map((each) => String(each).padStart(2, "0")).join(":");
    const day = this.civilDay(date.toISOString().slice(0, 10));
    return this.isChinese ? `${day} ${clock}` : `${day}, ${clock} (Beijing time)`;
  }
}

// The words that the server wrote into the page.
export const wordsOf = (element) =>
  new Words(JSON.parse(element.dataset.words), document.documentElement.lang.startsWith("zh"));
