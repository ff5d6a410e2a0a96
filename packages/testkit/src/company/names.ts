/** Names as people write them, with the Latin form their log-ins are made from. */
export interface NamePool {
  readonly script: string;
  readonly country: string;
  readonly language: string;
  readonly zone: string;
  readonly city: string;
  readonly given: readonly string[];
  readonly family: readonly string[];
}

const list = (text: string): string[] => text.split(" ");

/** `Олена:olena`; names in Latin letters give their own Latin form. */
export const native = (name: string): string => name.split(":")[0]!;

export function latin(name: string): string {
  const form = name.split(":")[1] ?? name;
  return form
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replaceAll("ł", "l")
    .replaceAll("ø", "o")
    .replaceAll("đ", "d")
    .replaceAll("æ", "ae")
    .normalize("NFD")
    .replaceAll(/[^a-z]/g, "");
}

/** Seven writing systems and five time zones that turn their clocks, or not, at different times. */
export const namePools: readonly NamePool[] = [
  {
    script: "Latin",
    country: "US",
    language: "en-US",
    zone: "America/New_York",
    city: "Boston",
    given: list("James Olivia Noah Emma Liam Ava Mason Sophia Logan Mia Ethan Grace Aiden Chloe Caleb Ruth"),
    family: list(
      "O'Neill Smith Johnson Brown Davis Wilson Anderson Taylor Moore Clark Lewis Walker Hall Young",
    ),
  },
  {
    script: "Latin",
    country: "DE",
    language: "de-DE",
    zone: "Europe/Berlin",
    city: "Hamburg",
    given: list(
      "Jürgen Käthe Björn Anneliese Lukas Friederike Sönke Bärbel Götz Heike Jörn Ute Rüdiger Silke",
    ),
    family: list(
      "Müller Schröder Weiß Groß Jäger Köhler Böhm Vogel Krüger Lange Fuchs Peters Straßer Hübner",
    ),
  },
  {
    script: "Latin",
    country: "PL",
    language: "pl-PL",
    zone: "Europe/Berlin",
    city: "Łódź",
    given: list("Łukasz Agnieszka Paweł Małgorzata Wojciech Grażyna Michał Żaneta Stanisław Bożena"),
    family: list("Wiśniewski Dąbrowska Kozłowski Zieliński Szymańska Woźniak Jabłoński Król Wróbel Pająk"),
  },
  {
    script: "Latin",
    country: "BR",
    language: "pt-BR",
    zone: "America/New_York",
    city: "São Paulo",
    given: list("João Conceição Antônio Inês Luís Vitória Caetano Fátima Sebastião Lúcia"),
    family: list("Gonçalves Araújo Magalhães Simões Brandão Falcão Assunção Mourão Leitão Galvão"),
  },
  {
    script: "Cyrillic",
    country: "UA",
    language: "uk-UA",
    zone: "Europe/Berlin",
    city: "Київ",
    given: list(
      "Олена:olena Андрій:andrii Наталія:nataliia Тарас:taras Їжак:yizhak Софія:sofiia Юрій:yurii Ганна:hanna",
    ),
    family: list(
      "Шевченко:shevchenko Коваль:koval Бондаренко:bondarenko Мельник:melnyk Ткачук:tkachuk Єфремов:yefremov",
    ),
  },
  {
    script: "Greek",
    country: "GR",
    language: "el-GR",
    zone: "Europe/Berlin",
    city: "Αθήνα",
    given: list(
      "Γιώργος:giorgos Ελένη:eleni Νίκος:nikos Μαρία:maria Δημήτρης:dimitris Αικατερίνη:aikaterini",
    ),
    family: list(
      "Παπαδόπουλος:papadopoulos Οικονόμου:oikonomou Νικολαΐδης:nikolaidis Γεωργίου:georgiou Βλάχος:vlachos",
    ),
  },
  {
    script: "Arabic",
    country: "EG",
    language: "ar-EG",
    zone: "Africa/Cairo",
    city: "القاهرة",
    given: list(
      "محمد:mohamed فاطمة:fatma أحمد:ahmed مريم:mariam يوسف:youssef نور:nour خالد:khaled ليلى:layla",
    ),
    family: list("المصري:elmasry حسن:hassan عبدالله:abdallah إبراهيم:ibrahim السيد:elsayed منصور:mansour"),
  },
  {
    script: "Han",
    country: "CN",
    language: "zh-CN",
    zone: "Asia/Shanghai",
    city: "上海",
    given: list("伟:wei 秀英:xiuying 磊:lei 静:jing 建国:jianguo 丽娜:lina 子轩:zixuan 雨桐:yutong 𠮷:ji"),
    family: list("王:wang 李:li 张:zhang 刘:liu 陈:chen 欧阳:ouyang 赵:zhao 黄:huang 司马:sima"),
  },
  {
    script: "Devanagari",
    country: "IN",
    language: "hi-IN",
    zone: "Asia/Kolkata",
    city: "पुणे",
    given: list("आरव:aarav प्रिया:priya राहुल:rahul अनन्या:ananya विक्रम:vikram दीपिका:deepika संजय:sanjay"),
    family: list("शर्मा:sharma पटेल:patel सिंह:singh अग्रवाल:agarwal देशपांडे:deshpande कुलकर्णी:kulkarni"),
  },
  {
    script: "Hangul",
    country: "KR",
    language: "ko-KR",
    zone: "Asia/Seoul",
    city: "서울",
    given: list("민준:minjun 서연:seoyeon 지훈:jihoon 수빈:subin 도윤:doyun 하은:haeun"),
    family: list("김:kim 이:lee 박:park 최:choi 정:jung 강:kang"),
  },
];
