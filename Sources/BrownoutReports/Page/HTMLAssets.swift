/// The page's style and its script. The policy names the digest of each, so a browser runs nothing
/// else, whatever a text on the page says; a conformance test reckons the digests anew.
enum HTMLAssets {
    /// What the page may load and run: itself.
    static let policy =
        "default-src 'none'; base-uri 'none'; form-action 'none'; "
        + "style-src 'sha256-rI2PL+mW4bg0H1VRW+6mQ4kKGWbCocLqiDr9mLo9tpQ='; "
        + "script-src 'sha256-lP+HOarWBtUAY0jIMMeV5Pr77HxKK+ytApxTPstBbqc='"

    static let style = """
        :root{color-scheme:light dark;--back:#fff;--fore:#1c1f24;--dim:#555b66;--line:#d5d9e0;\
        --soft:#f4f6f9;--link:#0b57b0;--well:#17803d;--failed:#c62828;--open:#8a6d00;\
        --promised:#7b3fc4;--waited:#1668c1;--pass-back:#dff3e4;--pass:#0a5429;\
        --fail-back:#fde3e1;--fail:#8f1313;--unknown-back:#fff0c9;--unknown:#664700}
        @media (prefers-color-scheme:dark){:root{--back:#14171c;--fore:#e6e9ee;--dim:#a6adb9;\
        --line:#343a44;--soft:#1d2128;--link:#8cbcff;--well:#4cc274;--failed:#ff7b72;\
        --open:#e3b341;--promised:#c79bff;--waited:#6cb1ff;--pass-back:#123d22;--pass:#a3ecbb;\
        --fail-back:#521816;--fail:#ffc1ba;--unknown-back:#453500;--unknown:#ffe29a}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:78rem;padding:1rem 1.25rem 4rem;background:var(--back);\
        color:var(--fore);font:15px/1.5 system-ui,sans-serif}
        h1{font-size:1.5rem;margin:.5rem 0 0}
        h2{font-size:1.2rem;margin:2.5rem 0 .5rem;padding-top:1rem;\
        border-top:1px solid var(--line);overflow-wrap:anywhere}
        h3{font-size:1rem;margin:1.5rem 0 .25rem}
        p{margin:.4rem 0}
        a{color:var(--link)}
        code,.chain{font-family:ui-monospace,monospace;font-size:.9em}
        dl{display:flex;flex-wrap:wrap;gap:.25rem 1.75rem;margin:.5rem 0}
        dl div{display:flex;gap:.5rem}
        dt,caption,.note,.legend,small{color:var(--dim)}
        dd{margin:0;overflow-wrap:anywhere}
        small{display:block}
        .badge{display:inline-block;border-radius:.3rem;padding:0 .45rem;font-size:.85rem;\
        font-weight:600;white-space:nowrap;color:var(--unknown);background:var(--unknown-back)}
        .badge.pass{color:var(--pass);background:var(--pass-back)}
        .badge.fail{color:var(--fail);background:var(--fail-back)}
        .wide{overflow-x:auto;margin:.75rem 0}
        table{border-collapse:collapse;width:100%}
        caption{text-align:left;padding-bottom:.2rem}
        th,td{text-align:left;vertical-align:top;padding:.3rem .9rem .3rem 0;\
        border-bottom:1px solid var(--line)}
        th{font-weight:600;white-space:nowrap}
        td{overflow-wrap:break-word;max-width:40rem}
        .name{white-space:nowrap}
        span.well{color:var(--well);font-weight:600}
        span.wrong{color:var(--failed);font-weight:600}
        #filter{position:sticky;top:0;z-index:1;display:flex;flex-wrap:wrap;gap:.5rem 1.25rem;\
        align-items:center;padding:.6rem 0;background:var(--back);\
        border-bottom:1px solid var(--line)}
        #filter[hidden]{display:none}
        input,select{font:inherit;color:inherit;background:var(--soft);padding:.15rem .4rem;\
        border:1px solid var(--dim);border-radius:.3rem}
        :focus-visible{outline:2px solid var(--link);outline-offset:1px}
        .legend i{display:inline-block;width:1.1rem;height:.6rem;margin:0 .35rem 0 1rem}
        .legend i:first-child{margin-left:0}
        .call{border-bottom:1px solid var(--line);content-visibility:auto;\
        contain-intrinsic-size:auto 4rem;scroll-margin-top:4rem}
        .call[open],.call:target{background:var(--soft)}
        .call[hidden]{display:none}
        summary{display:grid;align-items:center;gap:0 .9rem;padding:.35rem .25rem;cursor:pointer;\
        grid-template-columns:3.5rem 6rem 4.8rem minmax(8rem,1fr) minmax(10rem,1.6fr)}
        summary .chain{overflow-wrap:anywhere}
        summary .note{grid-column:2/-1;font-size:.9em;overflow-wrap:anywhere}
        .call .wide{margin:0;padding:.25rem .75rem .75rem 3.5rem;font-size:.92em}
        svg{width:100%;height:25px;display:block;background:var(--soft)}
        .call[open] svg,.call:target svg{background:var(--back)}
        svg .well{fill:var(--well)}svg .failed{fill:var(--failed)}svg .open{fill:var(--open)}
        svg .promised{fill:var(--promised)}svg .waited{fill:var(--waited)}
        i.well{background:var(--well)}i.failed{background:var(--failed)}\
        i.open{background:var(--open)}i.promised{background:var(--promised)}\
        i.waited{background:var(--waited)}
        @media (max-width:45rem){summary{grid-template-columns:3rem 6rem 1fr}\
        summary .chain,summary svg,summary .note{grid-column:1/-1}\
        .call .wide{padding-left:.75rem}}

        """

    static let script = """
        (()=>{"use strict";
        const get=id=>document.getElementById(id),form=get("filter");
        if(!form)return;
        const calls=[...document.querySelectorAll("details.call")],texts=new Map();
        const textOf=call=>{let text=texts.get(call);
        if(text===undefined){text=call.textContent.toLowerCase();texts.set(call,text)}
        return text};
        const filter=()=>{
        const words=get("text").value.toLowerCase().split(" ").filter(word=>word);
        const outcome=get("outcome").value,verdict=get("verdict").value;let shown=0;
        for(const call of calls){
        const fits=(!outcome||call.dataset.outcome===outcome)&&
        (!verdict||call.dataset.verdict===verdict)&&
        words.every(word=>textOf(call).includes(word));
        call.hidden=!fits;if(fits)shown++}
        get("shown").textContent=shown+" of "+calls.length+" calls"};
        const reveal=()=>{const call=get(location.hash.slice(1));
        if(call&&call.tagName==="DETAILS"){call.hidden=false;call.open=true;
        call.scrollIntoView();call.querySelector("summary").focus()}};
        form.addEventListener("input",filter);
        form.addEventListener("submit",event=>event.preventDefault());
        addEventListener("hashchange",reveal);
        form.hidden=false;filter();reveal()})();

        """
}
