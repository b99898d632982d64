/** Prose in other languages; each says that nothing but playback is at work. */

export const german = `Hier antwortet das eingebaute Vorführmodell von Streamseal. Es rechnet kein Sprachmodell: Diesen Text haben Menschen geschrieben, und er wird nur Stück für Stück abgespielt, damit man alles ohne Schlüssel und ohne Netz ausprobieren kann.

Früher kam ein Brief mit einem Siegel. Man sah ihm an, wer ihn geschickt hatte und ob ihn unterwegs jemand geöffnet hatte. Wahr wurde er dadurch nicht, und geheim blieb er auch nicht unbedingt. Aber er hatte einen Absender, auf den man sich berufen konnte, und darauf beruhte der Handel zwischen Städten, die Wochen voneinander entfernt lagen.

Ein Absatz auf dem Bildschirm hat das verloren. Er wird kopiert, gekürzt, weitergeschickt, und bald weiß niemand mehr, ob ein Mensch oder eine Maschine ihn geschrieben hat. Darum stehen in dieser Antwort unsichtbare Zeichen zwischen den Wörtern. Sie nehmen keinen Platz weg und stören beim Lesen nicht. Wer den Text in die Prüfseite einfügt, erfährt, wer ihn ausgegeben hat, wann und mit welchem Modell. Wer ein Wort ändert, sieht, welche Stelle nicht mehr stimmt.

Eine Grenze bleibt: Zeichen lassen sich entfernen. Dass ein Text kein Siegel trägt, beweist also nichts. Trägt er eines, so beweist es viel.`

export const french = `Vous parlez au modèle de démonstration intégré à Streamseal. Aucun modèle de langue ne calcule ici : ce texte a été écrit par des personnes, et il est simplement rejoué morceau par morceau, afin que l'on puisse tout essayer sans clé ni réseau.

Autrefois, une lettre portait un cachet de cire. On voyait d'un coup d'œil qui l'avait envoyée, et si quelqu'un l'avait ouverte en chemin. Le cachet ne rendait pas la lettre vraie ; il attachait les mots à un nom. C'était assez pour que les marchands se fient à un papier venu de très loin.

Un paragraphe à l'écran n'a plus cette attache. On le copie, on le coupe, on le renvoie, et personne ne sait plus d'où il vient. C'est pourquoi cette réponse contient, entre les mots, des signes invisibles. Ils ne prennent aucune place. Collez le texte dans la page de vérification : elle dit qui l'a émis, quand, et avec quel modèle. Changez un seul mot, et elle montre le passage qui n'est plus le même.

Il y a une limite, et il faut la connaître : ces signes peuvent être retirés. L'absence de sceau ne prouve rien ; sa présence, en revanche, dit beaucoup.`

export const spanish = `Está hablando con el modelo de demostración incorporado de Streamseal. Aquí no calcula ningún modelo de lenguaje: este texto lo escribieron personas y solo se reproduce poco a poco, para que pueda probarse todo sin clave y sin red.

Antes, una carta llevaba un sello de lacre. Se veía quién la había enviado y si alguien la había abierto por el camino. El sello no hacía verdadera la carta; ataba las palabras a un nombre. Con eso bastaba para que los mercaderes confiaran en un papel llegado de muy lejos.

Un párrafo en la pantalla ha perdido esa atadura. Se copia, se recorta, se reenvía, y pronto nadie sabe de dónde viene. Por eso esta respuesta lleva, entre las palabras, signos invisibles que no ocupan lugar. Pegue el texto en la página de verificación y sabrá quién lo emitió, cuándo y con qué modelo. Cambie una sola palabra, y verá qué pasaje ya no es el mismo.

Queda un límite: los signos se pueden quitar. Que un texto no lleve sello no prueba nada; que lo lleve prueba mucho.`

export const japanese = `こちらは、Streamsealに組み込まれたデモ用のモデルです。言語モデルは動いていません。人が書いた文章を少しずつ再生しているだけなので、鍵もネットワークもなしに、すべてを試すことができます。

昔の手紙には、封蝋が押してありました。誰が送ったのか、途中で開けられなかったか、一目でわかりました。封蝋は手紙の中身を正しくするものではありません。言葉を名前に結びつけるものでした。それだけで、遠い町の商人どうしが紙を信じることができたのです。

画面の上の文章は、その結びつきを失っています。写され、切られ、送られるうちに、人が書いたのか機械が書いたのかさえわからなくなります。そこで、この回答には、目に見えない印が文のあいだに入っています。場所を取らず、読む人の邪魔もしません。検証ページに貼りつけると、誰が、いつ、どのモデルで出した文章かがわかります。一文字でも変えると、どの部分が変わったかが示されます。

限界もあります。印は取り除くことができます。ですから、印がないことは何の証明にもなりません。印があることには、意味があります。`

export const chinese = `您正在与Streamseal内置的演示模型对话。这里没有运行语言模型：这段文字由人撰写，只是一点一点地播放出来，因此不需要密钥，也不需要网络，就可以试用全部功能。

从前的信件用火漆封口。收信人一看便知道是谁寄来的，路上有没有被人拆开。封印并不能使信的内容变得真实，它只是把文字和一个名字连在一起。有了这一点，相隔很远的商人就敢相信一张纸。

屏幕上的一段话已经失去了这种联系。它被复制、截取、转发，很快就没有人知道它从哪里来，是人写的还是机器写的。所以，这个回答的句子之间有看不见的标记。它们不占位置，也不妨碍阅读。把文字粘贴到验证页面，就能知道是谁发布的，什么时候发布的，用的是哪个模型。改动一个字，页面就会指出哪一段已经不同。

它也有限度：标记可以被去掉。没有封印，什么也证明不了；有封印，却能说明很多。`

export const arabic = `أنت تتحدث إلى النموذج التجريبي المدمج في Streamseal. لا يعمل هنا أي نموذج لغوي: كتب هذا النص أشخاص، وهو يُعرض شيئًا فشيئًا حتى يمكن تجربة كل شيء من دون مفتاح ومن دون شبكة.

كانت الرسالة قديمًا تُختم بالشمع. كان القارئ يعرف من أرسلها، وهل فتحها أحد في الطريق. لم يكن الختم يجعل الرسالة صادقة، بل كان يربط الكلمات باسم صاحبها. وكان ذلك كافيًا ليثق التجار بورقة جاءت من بلد بعيد.

أما الفقرة على الشاشة فقد فقدت هذا الرباط. تُنسخ وتُقص وتُرسل، ثم لا يعرف أحد من أين جاءت. لذلك توجد بين كلمات هذه الإجابة علامات لا تُرى ولا تأخذ مكانًا. الصق النص في صفحة التحقق لتعرف من أصدره ومتى وبأي نموذج. وإذا غيّرت كلمة واحدة، ظهر لك المقطع الذي تغيّر.

ويبقى حد واحد: يمكن إزالة العلامات. فغياب الختم لا يثبت شيئًا، أما وجوده فيثبت الكثير.`

export const hindi = `आप Streamseal के अंतर्निहित प्रदर्शन मॉडल से बात कर रहे हैं। यहाँ कोई भाषा मॉडल नहीं चल रहा है। यह पाठ लोगों ने लिखा है और इसे थोड़ा-थोड़ा करके दिखाया जा रहा है, ताकि बिना कुंजी और बिना नेटवर्क के सब कुछ आज़माया जा सके।

पुराने समय में चिट्ठी पर मोम की मुहर लगती थी। देखते ही पता चल जाता था कि किसने भेजी है और रास्ते में किसी ने खोली तो नहीं। मुहर चिट्ठी को सच नहीं बनाती थी, वह शब्दों को एक नाम से जोड़ती थी। दूर के व्यापारियों के लिए इतना ही काफ़ी था।

स्क्रीन पर लिखा पाठ यह जोड़ खो चुका है। उसकी नक़ल होती है, उसे काटा और भेजा जाता है, और जल्द ही कोई नहीं जानता कि वह कहाँ से आया। इसलिए इस उत्तर के वाक्यों के बीच अदृश्य चिह्न हैं। वे कोई जगह नहीं लेते। इस पाठ को जाँच के पन्ने पर चिपकाइए, तो पता चलेगा कि इसे किसने, कब और किस मॉडल से जारी किया। एक शब्द बदलिए, तो वह हिस्सा दिखाया जाएगा जो अब वैसा नहीं है।

एक सीमा है: चिह्न हटाए जा सकते हैं। मुहर का न होना कुछ साबित नहीं करता, पर उसका होना बहुत कुछ बताता है।`
