"""Text of before Unicode is told from Unicode and from other languages, and every letter of it comes back."""

import pytest

from govscrape.text.legacy import Charset, convert, detect

TCVN3 = (
    "Céng hoµ x· héi chñ nghÜa ViÖt Nam. UBND tØnh yªu cÇu c¸c së, ngµnh, ®Þa ph­¬ng kh¾c phôc nh÷ng tån t¹i; "
    "n©ng cao chÊt l­îng phôc vô ng­êi d©n vµ doanh nghiÖp."
)
VNI = (
    "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam. UBND tænh yeâu caàu caùc sôû, ngaønh, ñòa phöông khaéc phuïc nhöõng "
    "toàn taïi; naâng cao chaát löôïng phuïc vuï ngöôøi daân vaø doanh nghieäp."
)
MEANT = (
    "Cộng hoà xã hội chủ nghĩa Việt Nam. UBND tỉnh yêu cầu các sở, ngành, địa phương khắc phục những tồn tại; "
    "nâng cao chất lượng phục vụ người dân và doanh nghiệp."
)


@pytest.mark.parametrize(
    ("charset", "written", "meant"),
    [
        ("TCVN3", TCVN3, MEANT),
        ("VNI", VNI, MEANT.replace("hoà", "hòa")),
        ("VNI", "ÑAØ NAÜNG, Ñaø Naüng, Ñaêk Laêk, KYÛ NIEÄM, Myõ", "ĐÀ NẴNG, Đà Nẵng, Đăk Lăk, KỶ NIỆM, Mỹ"),
        ("TCVN3", "§µ N½ng, §¨k L¨k, B¹c Liªu, kû niÖm, Mü", "Đà Nẵng, Đăk Lăk, Bạc Liêu, kỷ niệm, Mỹ"),
    ],
    ids=["TCVN3", "VNI", "VNI: capitals, and capitals before small signs", "TCVN3: names"],
)  # fmt: skip
def test_letters_come_back(charset: Charset, written: str, meant: str) -> None:
    assert convert(written, charset) == meant


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        (TCVN3, "TCVN3"),
        (VNI, "VNI"),
        (MEANT, None),
        (MEANT + " (font cũ: tØnh, së)", None),
        ("Le préfet a reçu les élus à la préfecture où la fête était célébrée hier, après l'été, dès l'aube.", None),
        ("Die Behörde prüfte die Anträge für Fußgänger, Bürger, Händler, Schüler, Gäste, Völker und Bäume.", None),
        ("tØnh së", None),
        ("100 °C ± 5 °C, § 3, £ 20, © 2020 ® µm ¶ · ¸ ¹ » ¼ ½ ¾", None),
        ("", None),
    ],
    ids=["TCVN3", "VNI", "Unicode", "Unicode that quotes", "French", "German", "too short to tell", "signs", "empty"],
)
def test_the_charset_is_told(text: str, charset: Charset | None) -> None:
    assert detect(text) == charset
