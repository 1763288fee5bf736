"""`skillcert search` and `skillcert reindex`."""

import argparse
import asyncio

from search.choice import open_reader
from search.documents import CertificateDocument, Kind
from search.query import Hits, Query, parse_query
from web.cli.opening import opened, read_settings
from web.cli.output import Output
from web.cli.serving import index_follower
from web.settings import Settings


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds both commands."""
    search = commands.add_parser("search", help="检索证书与机构（工作人员用） / search")
    search.add_argument("text", metavar="TEXT")
    search.add_argument(
        "--filter", action="append", default=[], metavar="K=V", help="例如 level=3 state=valid"
    )
    search.add_argument("--institutions", action="store_true", help="只检索机构")
    search.add_argument("--page", type=int, default=1)
    search.set_defaults(run=_search)
    reindex = commands.add_parser("reindex", help="重建检索索引；重建时旧索引照常应答 / rebuild the index")
    reindex.set_defaults(run=_reindex)


def _search(options: argparse.Namespace, output: Output) -> int:
    asked = [f"kind={Kind.INSTITUTION}"] if options.institutions else []
    query = parse_query(options.text, [*asked, *options.filter], page=options.page)
    hits = asyncio.run(_ask(read_settings(), query))
    _show(hits, output)
    output.result(_value(hits))
    return 0


async def _ask(settings: Settings, query: Query) -> Hits:
    reader = open_reader(
        url=settings.search_url, key=settings.search_key, directory=settings.data_dir / "search"
    )
    try:
        return await reader.search(query)
    finally:
        await reader.close()


def _show(hits: Hits, output: Output) -> None:
    for each in hits.institutions:
        output.line(f"{each.prefix}           {each.name}（{each.city}） {each.state}")
    for certificate in hits.certificates:
        output.line(_certificate_line(certificate))
    more = "以上" if hits.more else ""
    output.line(f"共 {hits.total} 条{more}，第 {hits.page} 页。")


def _certificate_line(each: CertificateDocument) -> str:
    job = f"（{each.job}）" if each.job else ""
    return (
        f"{each.number}  {each.masked_name.shown}  {each.occupation}{job} {each.level}级  "
        f"{each.institution}  {each.issued_on}  {each.state}"
    )


def _value(hits: Hits) -> dict[str, object]:
    return {
        "total": hits.total,
        "more": hits.more,
        "institutions": [
            {"prefix": each.prefix, "name": each.name, "city": each.city, "state": each.state}
            for each in hits.institutions
        ],
        "certificates": [
            {
                "number": each.number,
                "masked_name": each.masked_name.shown,
                "masked_identity": each.masked_identity.shown,
                "occupation": each.occupation,
                "job": each.job,
                "level": each.level,
                "institution": each.institution,
                "issued_on": each.issued_on.isoformat(),
                "state": each.state,
            }
            for each in hits.certificates
        ],
    }


def _reindex(_: argparse.Namespace, output: Output) -> int:
    settings = read_settings()
    with opened(settings) as register:
        done = index_follower(settings, register).rebuild(lambda count, _: output.progress("索引", count))
    output.line(f"索引已重建，{done} 条。")
    output.result({"changes": done})
    return 0
