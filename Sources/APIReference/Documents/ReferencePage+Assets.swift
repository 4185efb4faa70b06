extension ReferencePage {
  static let style = """
    :root {
      --text: #1d2129; --quiet: #5d6675; --line: #e3e6eb; --back: #fff; --side: #f7f8fa; --code: #f2f4f7;
      --accent: #5b3fd6; --get: #1a6fb5; --post: #1d7d4a; --delete: #b3362b; --warn: #8a5a00;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --text: #e4e7ec; --quiet: #98a1b0; --line: #2c323c; --back: #14171c; --side: #191d23; --code: #20252d;
        --accent: #a896ff; --get: #6db6f2; --post: #6cc990; --delete: #f08a80; --warn: #e0b05c;
      }
    }
    * { box-sizing: border-box; }
    html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
    body {
      margin: 0; display: grid; grid-template-columns: 15rem minmax(0, 1fr); color: var(--text);
      background: var(--back); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
    }
    nav {
      position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.25rem 1rem; background: var(--side);
      border-right: 1px solid var(--line); font-size: .9rem;
    }
    nav .home { display: block; margin-bottom: .75rem; font-weight: 650; color: var(--text); }
    nav ul { list-style: none; margin: .75rem 0 0; padding: 0; }
    nav li a { display: block; padding: .15rem .5rem; border-radius: 4px; color: var(--text); }
    nav li a:hover { background: var(--line); }
    #search {
      width: 100%; padding: .45rem .6rem; font: inherit; color: inherit; background: var(--back);
      border: 1px solid var(--line); border-radius: 6px;
    }
    main { max-width: 56rem; width: 100%; padding: 2rem 2.5rem 6rem; }
    a { color: var(--accent); text-decoration: none; }
    main a:hover { text-decoration: underline; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
    h1 { margin: 0 0 1rem; font-size: 1.9rem; line-height: 1.2; }
    h2 { margin: 3rem 0 1rem; padding-top: 1.5rem; border-top: 1px solid var(--line); font-size: 1.35rem; }
    code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .87em; }
    p code, pre, .values code, .note code { background: var(--code); border-radius: 4px; }
    p code, .values code, .note code { padding: .1em .3em; }
    pre { padding: .8rem 1rem; overflow-x: auto; }
    details { border: 1px solid var(--line); border-radius: 8px; margin: .5rem 0; }
    summary {
      display: flex; flex-wrap: wrap; gap: .2rem .75rem; align-items: baseline; padding: .5rem .9rem; cursor: pointer;
      list-style: none;
    }
    summary::-webkit-details-marker { display: none; }
    details[open] > summary { border-bottom: 1px solid var(--line); }
    .method { flex: none; width: 4rem; font-size: .75rem; font-weight: 700; letter-spacing: .03em; }
    .get { color: var(--get); } .post { color: var(--post); } .delete { color: var(--delete); }
    .shape { color: var(--accent); }
    .path { font-size: .92rem; overflow-wrap: anywhere; }
    .what { margin-left: auto; color: var(--quiet); font-size: .87rem; }
    .members { list-style: none; margin: 0; padding: 0 .9rem; }
    .members > li { padding: .5rem 0; border-top: 1px solid var(--line); }
    .members > li:first-child { border-top: 0; }
    .members .members { margin: .5rem 0 0 .3rem; padding: 0 0 0 .9rem; border-left: 2px solid var(--line); }
    .inner { border: 0; margin: .2rem 0 0; }
    .inner > summary { display: inline-block; padding: 0; color: var(--accent); font-size: .87rem; }
    .inner[open] > summary { border: 0; }
    .inner > summary::before { content: "+ "; }
    .inner[open] > summary::before { content: "− "; }
    .name { font-weight: 650; }
    .type, .answer, .refused { color: var(--quiet); font-size: .87rem; }
    .mark {
      padding: 0 .35em; color: var(--quiet); font-size: .78rem; border: 1px solid var(--line); border-radius: 4px;
    }
    .mark.required { color: var(--warn); border-color: currentColor; }
    .values, .note { display: block; margin-top: .15rem; font-size: .9rem; }
    .values { color: var(--quiet); line-height: 1.8; }
    .answer { margin: 0; padding: .5rem .9rem; border-top: 1px solid var(--line); }
    .refused { overflow-wrap: anywhere; }
    [hidden] { display: none !important; }
    @media (max-width: 50rem) {
      body { display: block; }
      nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); }
      nav ul { display: flex; flex-wrap: wrap; }
      main { padding: 1.25rem 1rem 4rem; }
      .what { margin-left: 0; width: 100%; }
    }
    """

  static let script = """
    const search = document.getElementById("search");
    const sections = [...document.querySelectorAll("section")];
    function filter() {
      const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
      let found = 0;
      for (const section of sections) {
        const title = section.querySelector("h2").textContent.toLowerCase();
        let shown = 0;
        for (const item of section.querySelectorAll(".item")) {
          const text = title + " " + item.dataset.key;
          item.hidden = !words.every((word) => text.includes(word));
          if (!item.hidden) shown += 1;
        }
        section.hidden = shown === 0;
        document.querySelector('nav a[href="#' + section.id + '"]').parentElement.hidden = shown === 0;
        found += shown;
      }
      document.getElementById("nothing").hidden = found > 0;
    }
    function open() {
      const target = document.getElementById(location.hash.slice(1));
      if (target && target.tagName === "DETAILS") target.open = true;
    }
    search.addEventListener("input", filter);
    addEventListener("hashchange", open);
    addEventListener("keydown", (event) => {
      if (event.key === "/" && document.activeElement !== search) { event.preventDefault(); search.focus(); }
    });
    open();
    """
}
