"""FAQs on web pages, by schema.org's FAQPage."""

import json

from bot.importing import page, prose
from bot.importing.faq import Faq

JSON_LD = {
    "@context": "https://schema.org",
    "@type": "FAQPage",
    "dateModified": "2026-03-04T10:00:00Z",
    "mainEntity": [
        {
            "@type": "Question",
            "name": "Can I pay by card?",
            "acceptedAnswer": {
                "@type": "Answer",
                "text": "<p>Yes, by <b>any</b> card.</p><ul><li>Visa</li><li>others</li></ul>"
                '<p>See <a href="https://example.org/pay">how</a>.</p>',
            },
        },
        {"@type": ["Question"], "name": "Why &amp; how?", "acceptedAnswer": [{"text": "So.\nThus."}]},
    ],
}


def said(faq: Faq) -> list[tuple[str, str]]:
    return [(row.question, prose.written(row.answer)) for row in faq.rows]


def html(body: str, head: str = "") -> str:
    return f"<!doctype html><html lang='en-GB'><head><title>Shop</title>{head}</head><body>{body}</body></html>"


def test_json_ld_gives_questions_with_their_lists_and_links() -> None:
    graph = json.dumps({"@graph": [{"@type": "WebSite"}, JSON_LD]})
    head = f'<link rel="canonical" href="https://shop.example/faq"><script type="application/ld+json">{graph}</script>'
    faq = page.read(html("<h1>Shop FAQ</h1>", head), "faq.html")
    assert said(faq) == [
        ("Can I pay by card?", "Yes, by any card.\n\n- Visa\n- others\n\nSee [how](https://example.org/pay)."),
        ("Why & how?", "So.\n\nThus."),
    ]
    assert (faq.title, faq.url, str(faq.date), faq.language) == (
        "Shop FAQ",
        "https://shop.example/faq",
        "2026-03-04",
        "en-GB",
    )


def test_a_title_says_what_the_questions_are_about() -> None:
    assert page.read(html("<h1>FAQ</h1>"), "faq.html").title == "Shop"
    assert page.read(html("<h1>Returns</h1>"), "faq.html").title == "Returns"
    assert page.read("<h1>FAQs</h1>", "faq.html").title == "FAQs", "better than nothing"


def test_tags_that_a_page_has_escaped_twice_are_tags() -> None:
    data = {
        "@type": "Question",
        "name": "Why?",
        "acceptedAnswer": {"text": "&lt;p&gt;So.&lt;/p&gt;&lt;p&gt;Thus.&lt;/p&gt;"},
    }
    faq = page.read(html(f'<script type="application/ld+json">{json.dumps(data)}</script>'), "faq.html")
    assert said(faq) == [("Why?", "So.\n\nThus.")]


MICRODATA = """
<div itemscope itemtype="https://schema.org/FAQPage">
 <section itemscope itemprop="mainEntity" itemtype="https://schema.org/Question">
  <h3 itemprop="name">Do you
   ship abroad?</h3>
  <div itemscope itemprop="acceptedAnswer" itemtype="https://schema.org/Answer">
   <div itemprop="text">Yes.<br>It takes <code>5</code> days.<script>alert(1)</script></div>
  </div>
 </section>
</div>
"""


def test_microdata_gives_questions_with_their_lines() -> None:
    faq = page.read(html(MICRODATA), "faq.html")
    assert said(faq) == [("Do you ship abroad?", "Yes.\n\nIt takes `5` days.")]
    assert faq.rows[0].where == "faq.html:3:2"


def test_a_page_without_markup_gives_what_unfolds() -> None:
    faq = page.read(html("<details><summary>Returns?</summary><p>30 days.</p></details>"), "faq.html")
    assert said(faq) == [("Returns?", "30 days.")]


def test_damaged_json_is_named_with_its_line_unless_only_a_comma_is_too_many() -> None:
    good = json.dumps(JSON_LD)
    script = '<script type="application/ld+json">{}</script>'
    faq = page.read(html(script.format(good[:-1] + ",}")), "faq.html")
    assert len(faq.rows) == 2
    faq = page.read(html("\n" + script.format(good[:-20])), "faq.html")
    assert faq.rows == ()
    assert str(faq.findings[0]).startswith("faq.html:2:1: the JSON-LD in this script can't be read")


def test_links_within_the_site_lead_on_from_the_pages_address() -> None:
    body = "<details><summary>How?</summary><a href='/pay'>So</a>, <a href='#x'>see below</a>.</details>"
    there = page.read(html(body, '<link rel="canonical" href="https://shop.example/help/faq">'), "faq.html")
    assert (said(there), there.findings) == ([("How?", "[So](https://shop.example/pay), see below.")], ())
    faq = page.read(html(body), "faq.html")
    assert said(faq) == [("How?", "So, see below.")]
    (found,) = faq.findings
    assert found.what == "only the words of a link without a full address are kept: /pay"


def test_pictures_and_tables_of_a_page_are_noted() -> None:
    text = "<table><tr><td>Card</td><td>Yes</td></tr></table><img src='a.png' alt='our desk'>"
    data = {"@type": "Question", "name": "How?", "acceptedAnswer": {"text": text}}
    faq = page.read(html("", f'<script type="application/ld+json">{json.dumps(data)}</script>'), "faq.html")
    assert [(found.where, found.what) for found in faq.findings] == [
        ("faq.html: question 1, acceptedAnswer", "a picture is not shown in answers"),
        ("faq.html: question 1, acceptedAnswer", "each row of a table became a line"),
    ]
